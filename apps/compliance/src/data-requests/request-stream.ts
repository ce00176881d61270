/** A request as somebody asks for it. */
export type Asked = { readonly tenantId: string; readonly requestId: string };

export const streamOf = (requestId: string): string => `data-request-${requestId}`;
