// What happens, as it happens: a socket, opened again when it drops, where it left off. It is a hint; what a page shows
// it fetches, also when no socket can be had.

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

// Nothing is here, or nothing any longer.
const NOT_FOUND = 4404;

/**
 * Call `hear` with every frame of one's own, or of the socket at `path`; answers with what ends it.
 *
 * `opened(send)`: each time that it is open, with what sends a frame. `gone()`: there is nothing at `path` any more; where
 * it answers with true, the socket is tried once again.
 */
export function listen(hear, { path = "/ws/v1/me/", opened, gone } = {}) {
  let socket;
  let cursor;
  let pause = FIRST_PAUSE;
  let waiting;
  open();
  return () => {
    clearTimeout(waiting);
    socket.removeEventListener("close", closed);
    socket.close();
  };

  function open() {
    const address = new URL(path, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    if (cursor) address.searchParams.set("since", cursor);
    socket = new WebSocket(address);
    socket.addEventListener("message", take);
    socket.addEventListener("close", closed);
  }

  async function closed({ code }) {
    if (code === NOT_FOUND && gone && !(await gone())) return;
    openLater();
  }

  function take({ data }) {
    const frame = JSON.parse(data);
    if (frame.type === "hello") opened?.((said) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(said)));
    cursor = frame.cursor ?? cursor;
    pause = FIRST_PAUSE;
    hear(frame);
  }

  function openLater() {
    waiting = setTimeout(open, pause);
    pause = Math.min(LONGEST_PAUSE, 2 * pause);
  }
}
