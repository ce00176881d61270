import { serviceNames, type ServiceName } from '@tact/contracts';

export type OriginOf = (service: ServiceName) => string | undefined;

export type UpstreamAnswer = {
  readonly service: ServiceName;
  readonly ok: boolean;
  readonly body?: unknown;
};

const ask = async (
  service: ServiceName,
  url: string,
  timeoutMs: number,
): Promise<UpstreamAnswer> => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    return { service, ok: answer.ok, body: await answer.json() };
  } catch {
    // Refused, silent or not JSON: for the caller the service does not answer.
    return { service, ok: false };
  }
};

/** Asks every service the same question at once. */
export const askAll = (
  originOf: OriginOf,
  path: string,
  timeoutMs: number,
): Promise<readonly UpstreamAnswer[]> =>
  Promise.all(
    serviceNames.map(async (service) => {
      const origin = originOf(service);
      return origin === undefined
        ? { service, ok: false }
        : ask(service, `${origin}${path}`, timeoutMs);
    }),
  );
