import { localStorageColorSchemeManager } from '@mantine/core';

/** The same place that first-paint.js reads before the first paint. */
export const schemeManager = localStorageColorSchemeManager({ key: 'simwright.scheme' });
