import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import {
  recordingServer,
  type Exchange,
  type RecordingServer,
  type Reply,
} from './recording-server.ts';

/** AWS's own documented example pair: it opens nothing. */
export const exampleCredentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
export const exampleRegion = 'eu-west-3';

type Key = { readonly id: string; readonly bytes: Buffer; state: 'Enabled' | 'PendingDeletion' };
type Input = Readonly<Record<string, unknown>>;

const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Whether the request bears the signature (SigV4) that the example credentials make over what was received. */
export const isSigned = ({ headers, method, path, body }: Exchange): boolean => {
  const form =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/kms\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/;
  const [, accessKey, day = '', region = '', names = '', signature] =
    form.exec(headers.authorization ?? '') ?? [];
  if (accessKey !== exampleCredentials.accessKeyId || region !== exampleRegion) return false;
  const signed = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const request = [method, path, '', signed.join(''), names, sha256(body)].join('\n');
  const scope = `${day}/${region}/kms/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, sha256(request)].join(
    '\n',
  );
  const key = [day, region, 'kms', 'aws4_request'].reduce<string | Buffer>(
    (last, part) => hmac(last, part),
    `AWS4${exampleCredentials.secretAccessKey}`,
  );
  return hmac(key, text).toString('hex') === signature;
};

const refuse = (type: string): Reply => ({ status: 400, body: { __type: type, message: 'no' } });
const contextBytes = (context: unknown): Buffer => {
  const pairs = Object.entries((context ?? {}) as Record<string, string>);
  return Buffer.from(JSON.stringify(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1))));
};

/** The operations Tact asks KMS for, in KMS's own JSON protocol and with its refusals. */
class Kms {
  readonly keys = new Map<string, Key>();
  readonly aliases = new Map<string, string>();

  answer(target: string, input: Input): Reply {
    const operations: Record<string, (input: Input) => Reply> = {
      CreateKey: () => this.#createKey(),
      CreateAlias: (one) => this.#createAlias(String(one['AliasName']), String(one['TargetKeyId'])),
      Encrypt: (one) => this.#usable(one, (key) => this.#encrypt(key, one)),
      Decrypt: (one) => this.#usable(one, (key) => this.#decrypt(key, one)),
      DescribeKey: (one) => this.#found(one, ({ id, state }) => this.#metadata(id, state)),
      ScheduleKeyDeletion: (one) => this.#scheduleDeletion(one),
    };
    const operation = operations[target.replace(/^TrentService\./, '')];
    return operation ? operation(input) : refuse('UnsupportedOperationException');
  }

  #createKey(): Reply {
    const key: Key = { id: randomUUID(), bytes: randomBytes(32), state: 'Enabled' };
    this.keys.set(key.id, key);
    return this.#metadata(key.id, key.state);
  }

  #metadata(KeyId: string, KeyState: string): Reply {
    return { status: 200, body: { KeyMetadata: { KeyId, KeyState } } };
  }

  #createAlias(alias: string, keyId: string): Reply {
    if (this.aliases.has(alias)) return refuse('AlreadyExistsException');
    this.aliases.set(alias, keyId);
    return { status: 200 };
  }

  #scheduleDeletion(input: Input): Reply {
    const id = String(input['KeyId']);
    if (id.startsWith('alias/')) return refuse('InvalidArnException');
    return this.#usable(input, (key) => {
      key.state = 'PendingDeletion';
      return { status: 200, body: { KeyId: id, KeyState: key.state } };
    });
  }

  #found(input: Input, work: (key: Key) => Reply): Reply {
    const id = String(input['KeyId']);
    const key = this.keys.get(this.aliases.get(id) ?? id);
    return key ? work(key) : refuse('NotFoundException');
  }

  #usable(input: Input, work: (key: Key) => Reply): Reply {
    return this.#found(input, (key) =>
      key.state === 'Enabled' ? work(key) : refuse('KMSInvalidStateException'),
    );
  }

  #encrypt({ id, bytes }: Key, input: Input): Reply {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', bytes, iv, { authTagLength: 16 });
    cipher.setAAD(contextBytes(input['EncryptionContext']));
    const plain = Buffer.from(String(input['Plaintext']), 'base64');
    const box = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { status: 200, body: { KeyId: id, CiphertextBlob: box.toString('base64') } };
  }

  #decrypt({ id, bytes }: Key, input: Input): Reply {
    try {
      const box = Buffer.from(String(input['CiphertextBlob']), 'base64');
      const opener = createDecipheriv('aes-256-gcm', bytes, box.subarray(0, 12), {
        authTagLength: 16,
      });
      opener.setAAD(contextBytes(input['EncryptionContext']));
      opener.setAuthTag(box.subarray(-16));
      const plain = Buffer.concat([opener.update(box.subarray(12, -16)), opener.final()]);
      return { status: 200, body: { KeyId: id, Plaintext: plain.toString('base64') } };
    } catch {
      return refuse('InvalidCiphertextException');
    }
  }
}

/** A KMS on this machine; requests without a right signature are refused as AWS refuses them. */
export const awsKmsServer = async (): Promise<RecordingServer & { readonly kms: Kms }> => {
  const kms = new Kms();
  const server = await recordingServer((exchange) => {
    if (!isSigned(exchange)) return refuse('IncompleteSignatureException');
    const target = String(exchange.headers['x-amz-target']);
    return kms.answer(target, JSON.parse(exchange.body) as Input);
  }, 'application/x-amz-json-1.1');
  return { ...server, kms };
};
