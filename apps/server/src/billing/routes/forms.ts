import { divideHalfEven, formatAmount, parseAmount, parseDecimal } from '@simwright/measure';
import type { z } from 'zod';
import { refuse } from '../../kit/refusal.ts';
import type { Edit } from '../model.ts';
import type { EditForm } from './schemas.ts';

type Form = z.output<typeof EditForm>;

/** What staff wrote, read as money: a line is quantity times price, a discount a percentage or an amount. */
export function readEdits(forms: Form[], currency: string): Edit[] {
  return forms.map((form, i): Edit => {
    const field = `body.edits[${i}]`;
    if (form.kind === 'line') {
      const unitPriceMicros = money(form.unitPrice, currency, `${field}.unitPrice`);
      const quantity = parseDecimal(form.quantity, 6);
      if (!quantity.ok) throw refuse.invalid('request.invalid', 'This is no quantity.', { field: `${field}.quantity` });
      const { digits, scale } = quantity.value;
      const amountMicros = divideHalfEven(digits * unitPriceMicros, 10n ** BigInt(scale));
      if (amountMicros > mostMicros || amountMicros < -mostMicros) throw tooMuch(`${field}.unitPrice`, currency);
      return { kind: 'line', name: form.name, quantity: form.quantity, unitPriceMicros, amountMicros };
    }
    if ((form.percent === undefined) === (form.amount === undefined)) {
      throw refuse.invalid('pre_bill.discount_unclear', 'A discount is a percentage or an amount.', {
        ...{ field, expected: 'either percent or amount' },
      });
    }
    return {
      ...{ kind: 'discount', name: form.name, percentPpm: form.percent === undefined ? null : ppmOf(form.percent) },
      amountMicros: form.amount === undefined ? null : money(form.amount, currency, `${field}.amount`),
    };
  });
}

/** Edits as they were written. */
export function shownEdits(edits: Edit[], currency: string): Form[] {
  return edits.map((edit): Form => {
    if (edit.kind === 'line') {
      const { kind, name, quantity, unitPriceMicros } = edit;
      return { kind, name, quantity, unitPrice: formatAmount(unitPriceMicros, currency) };
    }
    const { kind, name, percentPpm, amountMicros } = edit;
    if (percentPpm === null) return { kind, name, amount: formatAmount(amountMicros!, currency) };
    const percent = String(percentPpm).padStart(5, '0');
    const decimals = percent.slice(-4).replace(/0+$/, '');
    return { kind, name, percent: percent.slice(0, -4) + (decimals && `.${decimals}`) };
  });
}

/** A hundred million of a currency with cents: far above any line, far below what a bigint holds. */
const mostMicros = 10n ** 16n;

function money(text: string, currency: string, field: string): bigint {
  const parsed = parseAmount(text, currency);
  if (parsed.ok && parsed.value >= 0n && parsed.value <= mostMicros && parsed.value % 1_000_000n === 0n)
    return parsed.value;
  throw tooMuch(field, currency);
}

function tooMuch(field: string, currency: string) {
  return refuse.invalid('pre_bill.amount_invalid', `This is no amount in ${currency} that stands on a bill.`, {
    ...{ field, expected: `zero or more, in whole ${formatAmount(1_000_000n, currency)}` },
  });
}

function ppmOf(percent: string): number {
  const [whole = '0', decimals = ''] = percent.split('.');
  return Number(whole + decimals.padEnd(4, '0'));
}
