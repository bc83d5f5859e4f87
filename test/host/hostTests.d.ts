/** Made while bundling: imports every test file of this folder. */
declare module "host-tests";
