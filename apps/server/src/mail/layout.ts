/** A letter as its writer thinks of it: paragraphs, at most one thing to do, and who sends it. */
export type Page = {
  greeting?: string;
  paragraphs: string[];
  action?: { label: string; url: string };
  /** Small print beneath: how long a link is good, why one gets this. */
  fine?: string;
  from: string;
};

/** The same letter twice: as plain text, and as HTML without pictures, scripts or anything that is fetched. */
export function layOut({ greeting, paragraphs, action, fine, from }: Page): { text: string; html: string } {
  const opening = greeting ? [greeting] : [];
  const text = [
    ...opening,
    ...paragraphs,
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    ...(fine ? [fine] : []),
    from,
  ].join('\n\n');
  const p = (inner: string, style = '') => `<p style="margin:0 0 16px;${style}">${inner}</p>`;
  const button = action
    ? p(
        `<a href="${escaped(action.url)}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#1f5fd6;color:#ffffff;text-decoration:none;font-weight:600">${escaped(action.label)}</a>`,
      )
    : '';
  const html = `<!doctype html><html><head><meta charset="utf-8"></head><body style="margin:0;padding:24px;background:#ffffff;color:#1b1f24;font:16px/1.5 system-ui,sans-serif"><div style="max-width:560px">${[
    ...[...opening, ...paragraphs].map((text) => p(escaped(text).replaceAll('\n', '<br>'))),
    button,
    fine ? p(escaped(fine), 'color:#5c6570;font-size:14px') : '',
    p(escaped(from), 'color:#5c6570;font-size:14px'),
  ].join('')}</div></body></html>`;
  return { text: `${text}\n`, html };
}

function escaped(text: string): string {
  const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (sign) => signs[sign]!);
}
