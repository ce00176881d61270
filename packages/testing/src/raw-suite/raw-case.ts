/** One connection's bytes, and what a reader that cannot be misled makes of them. */
export type RawCase = {
  readonly name: string;
  /** Written one after the other; what follows the first piece goes out once that was read. */
  readonly bytes: readonly string[];
  /** `METHOD path` of all a service may hear of, in order; nothing when absent. */
  readonly requests?: readonly string[];
  /** Status of the gateway's first answer; 0: the connection is closed without one. */
  readonly status: number | readonly number[];
  /** The gateway must not read on: nothing behind the first request is heard, and the connection ends. */
  readonly closes?: true;
};

/** Every request that must never be heard of asks for this path. */
export const smuggledPath = '/v1/contacts/smuggled';
export const smuggled = `DELETE ${smuggledPath} HTTP/1.1\r\nhost: x\r\n\r\n`;
/** Its last header swallows the first line of whoever comes next on the connection. */
export const swallowing = `DELETE ${smuggledPath} HTTP/1.1\r\nhost: x\r\nx-swallow: `;

/** A read path, one that takes a body from anybody, and one that takes it with a key. */
export const readPath = '/v1/models';
export const openPath = '/v1/webhooks/whatsapp';
export const keyedPath = '/v1/signals';
export const suiteKey = 'Bearer tact_demo_raw-suite';

export const message = (line: string, headers: readonly string[] = [], body = ''): string =>
  [line, 'host: x', ...headers, '', body].join('\r\n');
export const get = (headers: readonly string[] = [], body = ''): string =>
  message(`GET ${readPath} HTTP/1.1`, headers, body);
export const post = (headers: readonly string[] = [], body = ''): string =>
  message(`POST ${openPath} HTTP/1.1`, headers, body);
export const asked = `GET ${readPath}`;
export const posted = `POST ${openPath}`;
