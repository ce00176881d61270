import { serviceNames, type ServiceName } from '@tact/contracts';
import { startGateway } from './gateway/gateway.ts';
import { Refusal } from './refusal.ts';
import { listenForStop } from './stop-signals.ts';
import type { Terminal } from './terminal.ts';

const originFrom = (env: NodeJS.ProcessEnv, service: ServiceName): string => {
  const name = `${service.toUpperCase()}_URL`;
  const given = env[name] ?? '';
  if (given === '') throw new Refusal(`${name} is not set: give the address of ${service}.`);
  if (!URL.canParse(given) || new URL(given).protocol !== 'http:') {
    throw new Refusal(`${name} must be an address like http://${service}:8080.`);
  }
  return new URL(given).origin;
};

/** `tact gateway`: the one origin in front of services that run elsewhere (`INGESTION_URL`, `SCORING_URL`, ...). */
export const serveGateway = async (
  port: number,
  { env, terminal }: { env: NodeJS.ProcessEnv; terminal: Terminal },
): Promise<void> => {
  const origins = new Map(serviceNames.map((service) => [service, originFrom(env, service)]));
  const gateway = await startGateway({
    originOf: (service) => origins.get(service),
    port,
    host: env['HOST'] || undefined,
  });
  terminal.line(`tact gateway listens at ${gateway.origin}`);
  const stop = listenForStop(
    () => terminal.line('stopping'),
    () => process.exit(130),
  );
  await new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await gateway.stop(10_000);
  stop.release();
};
