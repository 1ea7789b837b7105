// Where the package lies: its migrations, its page and its package.json are found from there. This file lies in src/, and what `npm run build`
// makes of it in dist/, directly under the package.

/** The package's folder; ends with a slash. */
export const PACKAGE_ROOT = new URL("../", import.meta.url);
