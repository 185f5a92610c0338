const formats = new Map<string, Intl.NumberFormat>();

function format(currency: string, most: number | undefined): Intl.NumberFormat {
  const name = `${currency} ${most}`;
  const known = formats.get(name);
  if (known) return known;
  const made = new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    ...(most !== undefined && { maximumFractionDigits: most }),
  });
  formats.set(name, made);
  return made;
}

/** An amount in major units with its currency, rounded to the currency's decimals for reading: `EUR 12.34`. */
export function money(amount: string, currency: string): string {
  return write(amount, currency, undefined);
}

/** The same with every decimal it has: charges are kept far finer than a cent. */
export function exactMoney(amount: string, currency: string): string {
  return write(amount, currency, 9);
}

function write(amount: string, currency: string, most: number | undefined): string {
  // The text goes in as it is: Intl reads decimal strings exactly, a number would be a float. A minus is written as one, not as a hyphen.
  return format(currency, most)
    .format(amount as unknown as number)
    .replace('-', '−');
}

/** Amounts of one currency added up exactly. */
export function addAmounts(amounts: string[]): string {
  const scale = Math.max(0, ...amounts.map((amount) => amount.split('.')[1]?.length ?? 0));
  const sum = amounts.reduce((total, amount) => {
    const [whole = '0', fraction = ''] = amount.split('.');
    return total + BigInt(whole + fraction.padEnd(scale, '0'));
  }, 0n);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(scale + 1, '0');
  const sign = sum < 0n ? '-' : '';
  return sign + (scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`);
}
