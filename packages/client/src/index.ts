/** The Simwright API as functions: one per operation, with the types of its document. */
export * from './generated/api.ts';
export { all } from './pages.ts';
export { ApiError, type Client, type Options } from './request.ts';
