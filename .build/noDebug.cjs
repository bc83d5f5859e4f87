// Stands in the bundle for the package by which simple-git tells its steps to whoever sets DEBUG. Git's arguments would
// stand in a pipeline's log, for 10 KB. See esbuild.mjs.
const debug = Object.assign(() => debug, { extend: () => debug, formatters: {}, enabled: false });

module.exports = debug;
