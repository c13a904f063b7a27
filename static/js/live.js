// What happens, as it happens: a socket, opened again when it drops, where it left off. It is a hint; what a page shows
// it fetches, also when no socket can be had.

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

/** Call `hear` with every frame of one's own; answers with what ends it. */
export function listen(hear) {
  let socket;
  let cursor;
  let pause = FIRST_PAUSE;
  let waiting;
  open();
  return () => {
    clearTimeout(waiting);
    socket.removeEventListener("close", openLater);
    socket.close();
  };

  function open() {
    const address = new URL("/ws/v1/me/", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    if (cursor) address.searchParams.set("since", cursor);
    socket = new WebSocket(address);
    socket.addEventListener("message", take);
    socket.addEventListener("close", openLater);
  }

  function take({ data }) {
    const frame = JSON.parse(data);
    cursor = frame.cursor ?? cursor;
    pause = FIRST_PAUSE;
    hear(frame);
  }

  function openLater() {
    waiting = setTimeout(open, pause);
    pause = Math.min(LONGEST_PAUSE, 2 * pause);
  }
}
