// A track's own page while its sound is being made: shows how far it is, and the track when it is there.

import { watch } from "./stages.js";

const place = document.querySelector("[data-waiting]");
await watch(place, place.dataset.waiting);
location.reload();
