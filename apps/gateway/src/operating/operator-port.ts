import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Metrics } from '@tact/platform/observability';
import type { GatewayConfig } from '../config.ts';
import { listenOn, type Listening } from '../connections/listen.ts';

/** Metrics on a port of their own, which callers do not reach. */
export const listenForOperators = async (
  metrics: Metrics,
  { TACT_OPERATOR_PORT: port, TACT_OPERATOR_HOST: host }: GatewayConfig,
): Promise<Listening | undefined> => {
  if (port === undefined) return undefined;
  const answer = async ({ url }: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const { contentType, text } = await metrics.print();
    response.writeHead(200, { 'content-type': contentType }).end(text);
  };
  const server = () => createServer((request, response) => void answer(request, response));
  return listenOn(server, { port, host });
};
