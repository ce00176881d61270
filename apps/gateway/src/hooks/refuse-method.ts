import { RefusedRequest } from '../refusals/refused-request.ts';

/** What the services speak. A body behind another method is nobody's to read. */
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const known: ReadonlySet<string> = new Set(methods);

export const refuseMethod = (method: string): void => {
  if (known.has(method)) return;
  throw new RefusedRequest('method-not-allowed', 'method-not-allowed', {
    headers: { allow: methods.join(', ') },
    doubtful: true,
  });
};
