import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type AddressPolicy, assertPublicUrl } from '../../outbound/address-policy.ts';
import type { Outbound } from '../../outbound/outbound.ts';
import { OutboundFailed } from '../../outbound/outbound-failed.ts';
import { RootKeyRefused } from '../refusals.ts';
import { AwsKmsRootKey } from './aws-kms-root-key.ts';
import { LocalRootKey } from './local-root-key.ts';
import type { RootKey } from './root-key.ts';
import { VaultTransitRootKey } from './vault-transit-root-key.ts';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Keys and tokens cross this line, so it is encrypted or does not leave the machine. */
const isPrivate = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname));
};
const privateUrl = z.string().refine(isPrivate, 'it looks like https://host:8200');

/** Where the root of all keys is, and how to reach it. */
export const rootKeySettings = {
  TACT_ROOT_KEY: z.enum(['local', 'aws-kms', 'vault-transit']).default('local'),
  /** Part of the keys' names at a remote provider: two deployments with one name would share keys. */
  TACT_ROOT_DEPLOYMENT: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'it is 1 to 40 of a-z, 0-9 and -, like shop-production')
    .optional(),
  TACT_AWS_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'it looks like eu-west-3')
    .optional(),
  /** For a VPC endpoint; the region's own when absent. */
  TACT_AWS_KMS_URL: privateUrl.optional(),
  TACT_VAULT_URL: privateUrl.optional(),
  TACT_VAULT_MOUNT: z
    .string()
    .regex(/^[\w-]+(\/[\w-]+)*$/, 'it is the path of a transit engine, like transit')
    .default('transit'),
  TACT_VAULT_NAMESPACE: z.string().min(1).optional(),
  TACT_VAULT_TOKEN: z.string().min(1).optional(),
  /** A file that an agent renews; read before each request, and preferred to TACT_VAULT_TOKEN. */
  TACT_VAULT_TOKEN_FILE: z.string().min(1).optional(),
};
const schema = z.object(rootKeySettings);
export type RootKeySettings = z.infer<typeof schema>;
type Name = keyof RootKeySettings;

const needed: Readonly<Record<RootKeySettings['TACT_ROOT_KEY'], readonly (readonly Name[])[]>> = {
  local: [],
  'aws-kms': [['TACT_ROOT_DEPLOYMENT'], ['TACT_AWS_REGION']],
  'vault-transit': [
    ['TACT_ROOT_DEPLOYMENT'],
    ['TACT_VAULT_URL'],
    ['TACT_VAULT_TOKEN_FILE', 'TACT_VAULT_TOKEN'],
  ],
};

/** A sentence per setting that the chosen provider needs and does not have. */
export const missingRootKeySettings = (settings: RootKeySettings): readonly string[] =>
  needed[settings.TACT_ROOT_KEY]
    .filter((names) => names.every((name) => settings[name] === undefined))
    .map((names) => `${names.join(' or ')} is not set; ${settings.TACT_ROOT_KEY} needs it.`);

const required = (value: string | undefined): string => {
  if (value === undefined) throw new Error('A setting that was checked at start is missing.');
  return value;
};

const tokenOf = (settings: RootKeySettings) => async (): Promise<string> => {
  const { TACT_VAULT_TOKEN: token, TACT_VAULT_TOKEN_FILE: file } = settings;
  return file === undefined ? required(token) : (await readFile(file, 'utf8')).trim();
};

export type RootKeyParts = {
  /** False where the database was made with a root already. */
  readonly mayCreate: boolean;
  /** How a provider is called, and which addresses one may have. */
  readonly outbound: Pick<Outbound, 'send'>;
  readonly policy: AddressPolicy;
};

/** A setting that means no server an operator may name is said at once; a name that is unknown now may come back. */
const assertAddress = async (url: string, policy: AddressPolicy): Promise<void> => {
  try {
    await assertPublicUrl(url, policy);
  } catch (cause) {
    if (!(cause instanceof OutboundFailed) || cause.reason !== 'address-refused') return;
    throw new RootKeyRefused(
      'TACT_VAULT_URL means an address that is not called: name a server of your network, or add its network to TACT_OUTBOUND_NETWORKS.',
      { cause },
    );
  }
};

/** Opens the provider that the settings name; `folder` holds its files. Throws one clear sentence. */
export const openRootKey = async (
  settings: RootKeySettings,
  folder: string,
  { mayCreate, outbound, policy }: RootKeyParts,
): Promise<RootKey> => {
  if (settings.TACT_ROOT_KEY === 'local') return LocalRootKey.open(folder, { mayCreate });
  const deployment = required(settings.TACT_ROOT_DEPLOYMENT);
  if (settings.TACT_ROOT_KEY === 'aws-kms') {
    const { TACT_AWS_REGION: region, TACT_AWS_KMS_URL: endpoint } = settings;
    const client = { region: required(region), ...(endpoint !== undefined && { endpoint }) };
    return AwsKmsRootKey.open({ folder, mayCreate, deployment, client });
  }
  await assertAddress(required(settings.TACT_VAULT_URL), policy);
  return VaultTransitRootKey.open({
    folder,
    mayCreate,
    outbound,
    deployment,
    address: required(settings.TACT_VAULT_URL),
    mount: settings.TACT_VAULT_MOUNT,
    namespace: settings.TACT_VAULT_NAMESPACE,
    token: tokenOf(settings),
  });
};
