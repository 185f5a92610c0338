// Light or dark before the first paint. A file of its own, so that no inline script has to be allowed.
(() => {
  let chosen = 'auto';
  try {
    chosen = localStorage.getItem('simwright.scheme') ?? 'auto';
  } catch {
    // Storage is off: the system's choice holds.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
