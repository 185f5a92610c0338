/** The look of pages that nobody signs in for. */
export const style = `
:root { color-scheme: light dark; --ground: #f4f1ea; --sheet: #fffdf8; --ink: #2a2520; --faint: #6d655b; --line: #ddd5c7; --mark: #8a4b12; --on-mark: #fff; --good: #1d6b3a; --bad: #a3261d }
@media (prefers-color-scheme: dark) { :root { --ground: #1b1814; --sheet: #26221c; --ink: #f1ece3; --faint: #b3a99b; --line: #423b31; --mark: #e2a15e; --on-mark: #241a0f; --good: #7fd09b; --bad: #f0938a } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 26rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 1rem; padding: 1.5rem; box-shadow: 0 1rem 2.5rem rgb(0 0 0 / .08) }
.notice { margin: 0 0 1.25rem; padding: .5rem .75rem; border: 1px dashed var(--mark); border-radius: .5rem; color: var(--mark); font-size: .875rem; text-wrap: balance }
h1 { margin: 0; font-size: 2rem; font-variant-numeric: tabular-nums }
.to { margin: 0 0 1.25rem; color: var(--faint) }
.bad { color: var(--bad); font-weight: 600 } .good { color: var(--good); font-weight: 600 }
form { display: grid; gap: .5rem; margin: 0 }
button { min-height: 3rem; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .6rem; background: transparent; color: inherit; font: inherit; text-align: left; cursor: pointer }
button:hover { border-color: var(--mark) } button:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px }
button.first { background: var(--mark); border-color: var(--mark); color: var(--on-mark); font-weight: 600 }
.button { display: block; padding: .75rem 1rem; border-radius: .6rem; background: var(--mark); color: var(--on-mark); font-weight: 600; text-align: center; text-decoration: none }
.button:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px }
button.quiet { border: 0; color: var(--faint); text-align: center; text-decoration: underline }
`;

/** A whole page. @param head markup of ours @param notice said above all else @param language English, unless it says otherwise */
export function whole(page: {
  title: string;
  style: string;
  body: string;
  head?: string;
  notice: string | null;
  language?: string;
}): string {
  const notice = page.notice ? `<p class="notice">${escaped(page.notice)}</p>` : '';
  return `<!doctype html><html lang="${page.language ?? 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.title)}</title><style>${page.style}</style>${page.head ?? ''}</head>
<body><main>${notice}${page.body}</main></body></html>`;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What stands below when it is over: the way back to who sent the payer, or that there is nothing left to do here. */
export function wayBack(back: string | null, merchant: string): string {
  if (!back) return '<p class="to">You can close this page.</p>';
  return `<p><a class="button" href="${escaped(back)}">Back to ${escaped(merchant)}</a></p>`;
}
