import './public-path.js';

// The application starts behind this import, so that shared modules are there first.
import('./start.js').then(({ start }) => start());
