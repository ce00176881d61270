export { mergeOpenApi } from './merge-openapi.ts';
