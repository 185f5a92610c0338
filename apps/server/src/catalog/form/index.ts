export { type Basis, readForm } from './read.ts';
export { formOf, type RefillForm, type ShownVersion, shownVersion, type TermsForm } from './terms.ts';
