import { type MutationKey, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../api/http.ts';
import { queryClient } from '../app/query.ts';
import { notice } from './notices.tsx';

export function tell(message: string, title?: string): void {
  void notice({ message, ...(title && { title }), color: 'teal', autoClose: 4000 });
}

export function tellProblem(error: unknown): void {
  const problem = error instanceof ApiError ? error : null;
  void notice({
    title: 'That did not work',
    message: problem
      ? `${problem.message}${problem.requestId ? ` (request ${problem.requestId})` : ''}`
      : 'Something went wrong in this page.',
    color: 'red',
    autoClose: 10_000,
  });
}

/**
 * One thing a person does: it runs once at a time, tells how it went and makes old what it changed.
 *
 * @param changes first words of the query keys that are read again
 */
export function useAction<I, O>(
  run: (input: I) => Promise<O>,
  options: {
    changes: string[];
    done?: string | ((output: O) => string);
    onDone?: (output: O, input: I) => void;
    quiet?: boolean;
    key?: MutationKey;
  },
) {
  return useMutation({
    mutationFn: run,
    onSuccess: (output, input) => {
      for (const noun of options.changes) void queryClient.invalidateQueries({ queryKey: [noun] });
      if (options.done) tell(typeof options.done === 'string' ? options.done : options.done(output));
      options.onDone?.(output, input);
    },
    onError: (error) => {
      if (!options.quiet) tellProblem(error);
    },
  });
}

/** What a payment is for stands around its fields: `body.walletRefill.amount` is the amount that was typed. */
const around = /^body\.(?:(?:walletRefill|invoicePayment)\.)?/;

/** What the server says about a field of a form: `body.name` belongs to `name`. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError) || !error.field) return {};
  const name = error.field.replace(around, '').replace(/[.[].*$/, '');
  return { [name]: error.expected ? `Expected ${error.expected}` : error.message };
}

/** What the server says about one place of a form: `rates[0].price`. */
export function errorAt(error: unknown, place: string): string | undefined {
  if (!(error instanceof ApiError) || error.field !== `body.${place}`) return undefined;
  return error.expected ? `Expected ${error.expected}` : error.message;
}

/** The values of a form and what each field's input needs. */
export function useForm<T extends Record<string, unknown>>(initial: T, error: unknown) {
  const [values, setValues] = useState(initial);
  const errors = fieldErrors(error);
  function set<K extends keyof T>(name: K, value: T[K]): void {
    setValues((now) => ({ ...now, [name]: value }));
  }
  function text<K extends keyof T & string>(name: K) {
    return {
      value: String(values[name] ?? ''),
      onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value as T[K]),
      error: errors[name],
      name,
    };
  }
  return { values, set, text, errors, setValues };
}
