// Dots along the waveform where somebody has said something, and the words of the one that was passed last.

const SHOWN_FOR = 4000;

/** {set(cards), put(card), remove(id)} */
export function startMarkers({ audio }) {
  const player = document.querySelector("[data-player]");
  const strip = document.querySelector("[data-markers]");
  const caption = document.querySelector("[data-caption]");
  const cards = new Map();
  audio?.addEventListener("timeupdate", showCaption);
  return { set, put, remove };

  function set(found) {
    cards.clear();
    for (const card of found) keep(card);
    draw();
  }

  function put(card) {
    keep(card);
    draw();
  }

  function remove(id) {
    cards.delete(id);
    draw();
  }

  function keep(card) {
    if (card.timestamp_ms === null || card.deleted) cards.delete(card.id);
    else cards.set(card.id, card);
  }

  function draw() {
    if (!strip) return;
    const length = Number(player.dataset.durationMs) || 1;
    const dots = [...cards.values()].map((card) => {
      const dot = document.createElement("span");
      dot.dataset.marker = card.id;
      dot.style.left = `${(100 * card.timestamp_ms) / length}%`;
      return dot;
    });
    strip.replaceChildren(...dots);
  }

  function showCaption() {
    if (!caption) return;
    const now = audio.currentTime * 1000;
    const passed = [...cards.values()].filter(({ timestamp_ms: at }) => at <= now && at > now - SHOWN_FOR);
    const last = passed.sort((one, other) => one.timestamp_ms - other.timestamp_ms).at(-1);
    caption.hidden = !last;
    caption.textContent = last ? `${last.user.display_name}: ${last.body}` : "";
  }
}
