// Peaks on a canvas: bars, of which the part that was played has the accent's colour.

const BAR = 3;
const GAP = 2;
// What silence looks like, as a share of the height.
const FLOOR = 0.03;

/** The louder of each minimum and maximum, between 0 and 1, the loudest of all being 1. */
export function peaksOf({ data }) {
  const peaks = [];
  for (let index = 0; index + 1 < data.length; index += 2) {
    peaks.push(Math.max(-data[index], data[index + 1], 0));
  }
  const loudest = Math.max(1, ...peaks);
  return peaks.map((peak) => peak / loudest);
}

export class Waveform {
  #canvas;
  #peaks = [];
  #played = 0;

  constructor(canvas) {
    this.#canvas = canvas;
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  set peaks(peaks) {
    this.#peaks = peaks;
    this.draw();
  }

  /** The share that was played, from 0 to 1. */
  set played(share) {
    this.#played = share;
    this.draw();
  }

  draw() {
    const scale = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    const context = this.#canvas.getContext("2d");
    context.scale(scale, scale);
    const colours = getComputedStyle(this.#canvas);
    const count = Math.max(1, Math.floor((width + GAP) / (BAR + GAP)));
    this.#bars(context, { count, height, colour: colours.getPropertyValue("--wave") });
    context.beginPath();
    context.rect(0, 0, width * this.#played, height);
    context.clip();
    context.clearRect(0, 0, width, height);
    this.#bars(context, { count, height, colour: colours.getPropertyValue("--accent") });
  }

  #bars(context, { count, height, colour }) {
    context.fillStyle = colour;
    context.beginPath();
    for (let bar = 0; bar < count; bar += 1) {
      const tall = Math.max(FLOOR, this.#loudness(bar / count, (bar + 1) / count)) * height;
      context.roundRect(bar * (BAR + GAP), (height - tall) / 2, BAR, tall, BAR / 2);
    }
    context.fill();
  }

  #loudness(from, to) {
    const first = Math.floor(from * this.#peaks.length);
    const last = Math.max(first + 1, Math.floor(to * this.#peaks.length));
    return Math.max(0, ...this.#peaks.slice(first, last));
  }
}
