/**
 * How a server reads addresses. Names of people stand in them, and the official SDK of the Super SIM API writes them as they
 * are: a percent sign that begins no escape stands for itself, and an escape that is no UTF-8 stands for its three characters. So
 * every address can be looked for, and what is not there is answered by whose address it is.
 */
export const addressing = {
  // As long as a request line may be: nobody is told of a bound within it.
  routerOptions: { maxParamLength: 16_384 },
  rewriteUrl: (request: { url?: string }): string => readableUrl(request.url ?? '/'),
};

export function readableUrl(url: string): string {
  const path = url.split('?', 1)[0]!;
  if (isReadable(path)) return url;
  const mended = path.replace(/%(?![0-9A-Fa-f]{2})/g, '%25');
  return (isReadable(mended) ? mended : path.replaceAll('%', '%25')) + url.slice(path.length);
}

function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
