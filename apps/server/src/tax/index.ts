export { type Category, categories, noTax, splitGross, type Tax, toMinor, vatOf } from './model.ts';
export { taxRoutes } from './routes.ts';
export { taxDay, taxFor } from './service.ts';
