import { join } from 'node:path';
import type { Outbound, OutboundAnswer, OutboundRequest } from '../../outbound/outbound.ts';
import { OutboundFailed } from '../../outbound/outbound-failed.ts';
import { EpochKeyGone, RootKeyRefused, RootProviderFailed } from '../refusals.ts';
import { SecretRootKey } from './secret-root-key.ts';
import { epochContext } from './root-key.ts';
import { openWrappedSecret } from './wrapped-root-secret.ts';

export type VaultTransitOptions = {
  /** Folder of the wrapped root secret; back it up, the transit key alone does not bring it back. */
  readonly folder: string;
  /** False where the database was made with a root already: none is made here then. True when absent. */
  readonly mayCreate?: boolean;
  /** Names the keys: `tact-<deployment>-epoch-<n>`. */
  readonly deployment: string;
  /** Origin of the Vault server, e.g. `https://vault.example:8200`. */
  readonly address: string;
  /** Path of the transit engine. */
  readonly mount: string;
  readonly namespace?: string | undefined;
  /** Asked before each request, so that a renewed token is found without a restart. */
  readonly token: () => Promise<string>;
  /** How Vault is called; it may reach the operator's own network. */
  readonly outbound: Pick<Outbound, 'send'>;
};

type Answer = {
  readonly status: number;
  readonly data: Record<string, unknown>;
  /** Undefined when the body is not Vault's. */
  readonly errors: readonly unknown[] | undefined;
};
type Request = { readonly method: 'GET' | 'POST' | 'DELETE'; readonly body?: object };

const keyShape = { type: 'aes256-gcm96', exportable: false, allow_plaintext_backup: false };

/** One transit key per epoch, not exportable, deleted when the epoch is destroyed. */
export class VaultTransitRootKey extends SecretRootKey {
  readonly #options: VaultTransitOptions;
  readonly #base: string;

  private constructor(options: VaultTransitOptions) {
    super();
    this.#options = options;
    this.#base = `${options.address.replace(/\/+$/, '')}/v1/${options.mount}`;
  }

  /** Opens `<folder>/root.vault-transit` and creates it, and its transit key, at first use. Throws `RootProviderFailed`. */
  static async open(options: VaultTransitOptions): Promise<VaultTransitRootKey> {
    const opened = new VaultTransitRootKey(options);
    const place = { name: opened.#nameOf('root'), context: 'tact root secret' };
    opened.secret = await openWrappedSecret(join(options.folder, 'root.vault-transit'), {
      mayCreate: options.mayCreate ?? true,
      wrap: (plain) => opened.#encrypt(place, plain),
      unwrap: (wrapped) => opened.#decrypt(place, wrapped),
    });
    return opened;
  }

  wrapForEpoch(epoch: number, key: Uint8Array): Promise<Uint8Array> {
    return this.#encrypt(this.#placeOf(epoch), key);
  }

  async unwrapForEpoch(epoch: number, wrapped: Uint8Array): Promise<Uint8Array> {
    const place = this.#placeOf(epoch);
    try {
      return await this.#decrypt(place, wrapped);
    } catch (cause) {
      // Transit answers 400 both for a missing key and for a changed text: ask which it is.
      if (!(cause instanceof RootKeyRefused) || (await this.#exists(place.name))) throw cause;
      throw new EpochKeyGone(epoch, { cause });
    }
  }

  async destroyEpoch(epoch: number): Promise<void> {
    const { name } = this.#placeOf(epoch);
    const steps: [string, Request][] = [
      [`keys/${name}/config`, { method: 'POST', body: { deletion_allowed: true } }],
      [`keys/${name}`, { method: 'DELETE' }],
    ];
    for (const [path, request] of steps) {
      const answer = await this.#ask(path, request);
      if (answer.status < 300) continue;
      if (await this.#exists(name)) throw failure(path, answer);
      return;
    }
  }

  #placeOf(epoch: number): { name: string; context: string } {
    return { name: this.#nameOf(`epoch-${epoch}`), context: epochContext(epoch) };
  }

  #nameOf(name: string): string {
    return `tact-${this.#options.deployment}-${name}`;
  }

  async #encrypt(
    { name, context }: { name: string; context: string },
    plain: Uint8Array,
  ): Promise<Uint8Array> {
    // Making a key that exists changes nothing; letting `encrypt` make it would take the engine's defaults.
    await this.#done(`keys/${name}`, { method: 'POST', body: keyShape });
    const body = { plaintext: base64(plain), associated_data: base64(context) };
    const data = await this.#done(`encrypt/${name}`, { method: 'POST', body });
    return Buffer.from(textOf(data['ciphertext']), 'utf8');
  }

  async #decrypt(
    { name, context }: { name: string; context: string },
    wrapped: Uint8Array,
  ): Promise<Uint8Array> {
    const ciphertext = Buffer.from(wrapped).toString('utf8');
    const body = { ciphertext, associated_data: base64(context) };
    const answer = await this.#ask(`decrypt/${name}`, { method: 'POST', body });
    if (answer.status === 400) {
      throw new RootKeyRefused(
        `Transit key ${name} did not wrap this. Restore the vault of this deployment.`,
      );
    }
    if (answer.status !== 200) throw failure(`decrypt/${name}`, answer);
    return Buffer.from(textOf(answer.data['plaintext']), 'base64');
  }

  async #exists(name: string): Promise<boolean> {
    const path = `keys/${name}`;
    const answer = await this.#ask(path, { method: 'GET' });
    if (answer.status === 200) return true;
    // A wrong mount is 404 too, but says so in `errors`; a proxy's page has none.
    if (answer.status === 404 && answer.errors?.length === 0) return false;
    throw failure(path, answer);
  }

  async #done(path: string, request: Request): Promise<Record<string, unknown>> {
    const answer = await this.#ask(path, request);
    if (answer.status >= 300) throw failure(path, answer);
    return answer.data;
  }

  async #ask(path: string, { method, body }: Request): Promise<Answer> {
    const { namespace, token, outbound } = this.#options;
    const request: OutboundRequest = {
      method,
      url: `${this.#base}/${path}`,
      headers: {
        'x-vault-request': 'true',
        ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
        ...(body && { 'content-type': 'application/json' }),
      },
      sign: async () => ({ 'x-vault-token': await token() }),
      ...(body && { body: JSON.stringify(body) }),
    };
    try {
      // Twice, because a kept connection may have been closed meanwhile; every request may be repeated.
      const answer = await outbound
        .send(request)
        .catch((error: unknown): Promise<OutboundAnswer> => {
          if (error instanceof OutboundFailed && error.reason === 'broken-off') {
            return outbound.send(request);
          }
          throw error;
        });
      return answerOf(answer.status, answer.body.toString('utf8'));
    } catch (cause) {
      if (!(cause instanceof OutboundFailed)) throw cause;
      const why = cause.code ?? cause.reason;
      throw new RootProviderFailed(`Vault did not answer ${path}: ${why}.`, { cause });
    }
  }
}

const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64');

const textOf = (value: unknown): string => {
  if (typeof value !== 'string') throw new RootProviderFailed('Vault answered without a text.');
  return value;
};

const answerOf = (status: number, text: string): Answer => {
  try {
    const body = JSON.parse(text || '{}') as { data?: Record<string, unknown>; errors?: unknown };
    const errors = Array.isArray(body.errors) ? body.errors : undefined;
    return { status, data: body.data ?? {}, errors };
  } catch {
    return { status, data: {}, errors: undefined };
  }
};

/** Status and path only: Vault's texts may repeat the request. */
const failure = (path: string, { status }: Answer): RootProviderFailed =>
  new RootProviderFailed(`Vault answered ${status} to ${path}. Check its token, policy and mount.`);
