export { mergeOpenApi } from './pages/merge-openapi.ts';
