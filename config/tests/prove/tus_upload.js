// Uploads a file with tus-js-client as published. node tus_upload.js <folder of node_modules> <endpoint> <token> <file>
const [modules, endpoint, token, path] = process.argv.slice(2);
const tus = require(require.resolve("tus-js-client", { paths: [modules] }));
const fs = require("node:fs");

const upload = new tus.Upload(fs.createReadStream(path), {
  endpoint,
  chunkSize: 16 * 1024 * 1024,
  uploadSize: fs.statSync(path).size,
  retryDelays: new Array(60).fill(500),
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: "noise.wav", filetype: "audio/wav" },
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => console.log(upload.url),
});
upload.start();
