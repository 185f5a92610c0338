import type { useForm } from '../ui/actions.ts';
import type { AboutFields } from './about.tsx';
import type { Fields } from './fields.ts';

/** What the wizard holds: the terms, and what is around them. */
export type Values = Fields & AboutFields;
export type WizardForm = ReturnType<typeof useForm<Values>>;
