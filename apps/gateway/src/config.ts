import proxyAddr from '@fastify/proxy-addr';
import { serviceNames, type ServiceName } from '@tact/contracts';
import { logLevels } from '@tact/platform/observability';
import { z } from 'zod';
import { StartRefusal } from './refusals/start-refusal.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const atLeast = (least: number) => z.coerce.number().int().min(least);
const MEBIBYTE = 1024 * 1024;

/** Tells the addresses of a list of addresses, networks and the names the services know too. */
export const trustOf = (list: string): ((address: string, hop: number) => boolean) =>
  proxyAddr.compile(list.split(',').flatMap((one) => one.trim() || []));

const isTrustList = (list: string): boolean => {
  try {
    trustOf(list);
    return true;
  } catch {
    return false;
  }
};

const GatewayConfig = z.object({
  /** 0 takes any free port. */
  PORT: port.default(8080),
  /** `localhost`, or nothing, means both loopback addresses. */
  HOST: z.string().min(1).optional(),
  /** The origin as callers see it; where it listens when absent. */
  TACT_PUBLIC_ORIGIN: z.url().optional(),
  /** Metrics for operators, on this port of `TACT_OPERATOR_HOST`; none without it. */
  TACT_OPERATOR_PORT: port.optional(),
  TACT_OPERATOR_HOST: z.string().min(1).default('127.0.0.1'),
  TACT_LOG_LEVEL: z.enum(logLevels).default('info'),
  /** Proxies whose `x-forwarded-for` is believed, and whose connections are not counted; nobody when absent. */
  TACT_TRUSTED_PROXIES: z
    .string()
    .default('')
    .refine(
      isTrustList,
      'it is a list of addresses, networks, or loopback, linklocal, uniquelocal',
    ),
  TACT_CONNECTIONS_PER_ADDRESS: atLeast(1).default(1_000),
  /** Bodies that one address may be sending at a time. */
  TACT_BODIES_PER_ADDRESS: atLeast(1).default(512),
  /** Bytes of bodies held for one address, and for all. */
  TACT_BODY_BYTES_PER_ADDRESS: atLeast(4 * MEBIBYTE).default(32 * MEBIBYTE),
  TACT_BODY_BYTES: atLeast(4 * MEBIBYTE).default(128 * MEBIBYTE),
});
export type GatewayConfig = z.infer<typeof GatewayConfig>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment; an empty variable is an absent one. Throws `StartRefusal` with a sentence. */
export const readConfig = (environment: Environment): GatewayConfig => {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = GatewayConfig.safeParse(given);
  if (result.success) return result.data;
  const sentences = result.error.issues.map(
    ({ path, message }) => `${String(path[0])} is wrong: ${message}.`,
  );
  throw new StartRefusal([...new Set(sentences)].join(' '));
};

export type Origins = Readonly<Partial<Record<ServiceName, string>>>;

/** `INGESTION_URL`, `SCORING_URL`, ...: where the services are when no supervisor tells. */
export const originsFrom = (environment: Environment): Origins =>
  Object.fromEntries(
    serviceNames.map((service) => {
      const name = `${service.toUpperCase()}_URL`;
      const given = environment[name] ?? '';
      if (given === '')
        throw new StartRefusal(`${name} is not set: give the address of ${service}.`);
      if (!URL.canParse(given) || new URL(given).protocol !== 'http:') {
        throw new StartRefusal(`${name} must be an address like http://${service}:8080.`);
      }
      return [service, new URL(given).origin];
    }),
  );
