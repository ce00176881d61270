import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  AlreadyExistsException,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  KMSClient,
  KMSInvalidStateException,
  NotFoundException,
  ScheduleKeyDeletionCommand,
  type KMSClientConfig,
} from '@aws-sdk/client-kms';
import { EpochKeyGone, RootKeyRefused, RootProviderFailed } from '../refusals.ts';
import { SecretRootKey } from './secret-root-key.ts';
import { openWrappedSecret } from './wrapped-root-secret.ts';

export type AwsKmsOptions = {
  /** Folder of the wrapped root secret; back it up, the KMS key alone does not bring it back. */
  readonly folder: string;
  /** False where the database was made with a root already: none is made here then. True when absent. */
  readonly mayCreate?: boolean;
  /** Names the keys: `alias/tact-<deployment>-epoch-<n>`. */
  readonly deployment: string;
  /** Region, and what tests set: endpoint, credentials. The SDK finds credentials by itself otherwise. */
  readonly client: KMSClientConfig;
};

type KeyName = { readonly alias: string; readonly context: Record<string, string> };

/** The least KMS offers; the key decrypts nothing from the first day on, but can be brought back until the last. */
const DELETION_DAYS = 7;
/** A new alias is not known everywhere at once: 0.1 + 0.2 + ... + 3.2 s. */
const ATTEMPTS_MAX = 7;
const FIRST_PAUSE_MS = 100;

/** One KMS key per epoch, made and destroyed by Tact, which never sees one. */
export class AwsKmsRootKey extends SecretRootKey {
  readonly #client: KMSClient;
  readonly #deployment: string;

  private constructor({ client, deployment }: AwsKmsOptions) {
    super();
    this.#client = new KMSClient(client);
    this.#deployment = deployment;
  }

  /** Opens `<folder>/root.aws-kms` and creates it, and its KMS key, at first use. Throws `RootProviderFailed`. */
  static async open(options: AwsKmsOptions): Promise<AwsKmsRootKey> {
    const opened = new AwsKmsRootKey(options);
    const name = opened.#nameOf('root', { purpose: 'root secret' });
    opened.secret = await openWrappedSecret(join(options.folder, 'root.aws-kms'), {
      mayCreate: options.mayCreate ?? true,
      wrap: (plain) => opened.#encrypt(name, plain),
      unwrap: (wrapped) => opened.#decrypt(name, wrapped),
    });
    return opened;
  }

  wrapForEpoch(epoch: number, key: Uint8Array): Promise<Uint8Array> {
    return this.#encrypt(this.#epochName(epoch), key);
  }

  async unwrapForEpoch(epoch: number, wrapped: Uint8Array): Promise<Uint8Array> {
    const name = this.#epochName(epoch);
    try {
      return await this.#decrypt(name, wrapped);
    } catch (cause) {
      // A key that waits for its deletion answers the same as one in other states: ask which it is.
      if (!(cause instanceof RootProviderFailed)) throw cause;
      if ((await this.#keyIdOf(name.alias)) !== undefined) throw cause;
      throw new EpochKeyGone(epoch, { cause });
    }
  }

  async destroyEpoch(epoch: number): Promise<void> {
    const keyId = await this.#keyIdOf(this.#epochName(epoch).alias);
    if (keyId !== undefined) await this.#scheduleDeletion(keyId);
  }

  #epochName(epoch: number): KeyName {
    return this.#nameOf(`epoch-${epoch}`, { epoch: String(epoch) });
  }

  #nameOf(name: string, context: Record<string, string>): KeyName {
    const alias = `alias/tact-${this.#deployment}-${name}`;
    return { alias, context: { deployment: this.#deployment, ...context } };
  }

  async #encrypt(name: KeyName, plain: Uint8Array): Promise<Uint8Array> {
    const input = { KeyId: name.alias, Plaintext: plain, EncryptionContext: name.context };
    const encrypt = () => this.#client.send(new EncryptCommand(input));
    try {
      return bytesOf((await this.#untilKnown(name.alias, encrypt)).CiphertextBlob);
    } catch (cause) {
      throw failure('Encrypt', name, cause);
    }
  }

  async #decrypt(name: KeyName, wrapped: Uint8Array): Promise<Uint8Array> {
    const input = {
      KeyId: name.alias,
      CiphertextBlob: wrapped,
      EncryptionContext: name.context,
    };
    try {
      return bytesOf((await this.#client.send(new DecryptCommand(input))).Plaintext);
    } catch (cause) {
      throw failure('Decrypt', name, cause);
    }
  }

  /** Makes the key when its alias is unknown, and waits until KMS knows it everywhere. */
  async #untilKnown<Answer>(alias: string, ask: () => Promise<Answer>): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await ask();
      } catch (cause) {
        if (!(cause instanceof NotFoundException) || attempt === ATTEMPTS_MAX) throw cause;
        if (attempt === 1) await this.#createKey(alias);
        else await pause(FIRST_PAUSE_MS * 2 ** (attempt - 2));
      }
    }
  }

  async #createKey(alias: string): Promise<void> {
    const { KeyMetadata } = await this.#client.send(
      new CreateKeyCommand({
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyUsage: 'ENCRYPT_DECRYPT',
        Description: `Tact, ${alias}`,
      }),
    );
    try {
      await this.#client.send(
        new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyMetadata?.KeyId }),
      );
    } catch (cause) {
      // Nothing was encrypted with a key that has no alias: it goes again.
      if (KeyMetadata?.KeyId !== undefined) await this.#scheduleDeletion(KeyMetadata.KeyId);
      if (!(cause instanceof AlreadyExistsException)) throw cause;
    }
  }

  /** Undefined when there is no such key, or it waits for its deletion. */
  async #keyIdOf(alias: string): Promise<string | undefined> {
    try {
      const { KeyMetadata } = await this.#client.send(new DescribeKeyCommand({ KeyId: alias }));
      return KeyMetadata?.KeyState === 'PendingDeletion' ? undefined : KeyMetadata?.KeyId;
    } catch (cause) {
      if (cause instanceof NotFoundException) return undefined;
      throw failure('DescribeKey', { alias }, cause);
    }
  }

  async #scheduleDeletion(keyId: string): Promise<void> {
    try {
      await this.#client.send(
        new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: DELETION_DAYS }),
      );
    } catch (cause) {
      // Another process was first.
      if (cause instanceof KMSInvalidStateException || cause instanceof NotFoundException) return;
      throw failure('ScheduleKeyDeletion', { alias: keyId }, cause);
    }
  }
}

const bytesOf = (bytes: Uint8Array | undefined): Uint8Array => {
  if (!bytes) throw new Error('KMS answered without bytes');
  return bytes;
};

/** The error's name and no more: its text and fields may repeat the request. */
const failure = (operation: string, { alias }: Pick<KeyName, 'alias'>, cause: unknown): Error => {
  if (cause instanceof InvalidCiphertextException || cause instanceof IncorrectKeyException) {
    return new RootKeyRefused(`${alias} did not wrap this. Restore the vault of this deployment.`);
  }
  const name = cause instanceof Error ? cause.name : 'no answer';
  return new RootProviderFailed(`AWS KMS did not do ${operation} with ${alias}: ${name}.`);
};
