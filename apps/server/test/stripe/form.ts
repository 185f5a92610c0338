/** What a form-encoded body says: `a[b]=1&c[]=2` is `{ a: { b: '1' }, c: ['2'] }`, as Stripe's SDKs write it. */
export type Form = { [name: string]: string | string[] | Form };

export function readForm(text: string): Form {
  const form: Form = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = [name.split('[')[0]!, ...[...name.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1]!)];
    let at = form;
    for (const [i, key] of path.entries()) {
      const last = i === path.length - 1;
      const listed = path[i + 1] === '' || /^\d+$/.test(path[i + 1] ?? '');
      if (last) at[key] = value;
      else if (listed) {
        at[key] = [...((at[key] as string[]) ?? []), value];
        break;
      } else {
        at[key] ??= {};
        at = at[key] as Form;
      }
    }
  }
  return form;
}

export const textOf = (form: Form, name: string): string | undefined => form[name] as string | undefined;
export const wordsOf = (form: Form, name: string) => (form[name] ?? {}) as Record<string, string>;
