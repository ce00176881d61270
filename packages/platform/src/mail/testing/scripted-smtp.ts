import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** How a server behaves with one connection. */
export type Script = {
  readonly greeting?: string;
  readonly ehlo?: string;
  readonly sender?: string;
  readonly recipient?: string;
  readonly data?: string;
  readonly end?: string;
  /** Ends the connection: before anything, at the command, in the middle of the text, after the whole text. */
  readonly cutAt?: 'greeting' | 'DATA' | 'text' | 'dot';
  /** Says nothing more from there on. */
  readonly muteAt?: 'dot';
  /** Waits for this before it asks for the text, and before it says that it has it. */
  readonly beforeText?: () => Promise<unknown>;
  readonly beforeEnd?: () => Promise<unknown>;
};

const say = (socket: Socket, line: string): void => void socket.write(`${line}\r\n`);

class Conversation {
  readonly #socket: Socket;
  readonly #script: Script;
  readonly #taken: (mail: string) => void;
  #text = '';
  #isText = false;

  constructor(socket: Socket, script: Script, taken: (mail: string) => void) {
    this.#socket = socket;
    this.#script = script;
    this.#taken = taken;
  }

  async begin(): Promise<void> {
    const { cutAt, greeting = '220 mail.example ESMTP' } = this.#script;
    this.#socket.on('error', () => undefined);
    if (cutAt === 'greeting') return void this.#socket.destroy();
    say(this.#socket, greeting);
    for await (const chunk of this.#socket) {
      this.#text += (chunk as Buffer).toString('utf8');
      if (this.#isText) await this.#end();
      else await this.#commands();
    }
  }

  async #end(): Promise<void> {
    const { cutAt, muteAt, beforeEnd, end = '250 2.0.0 taken' } = this.#script;
    if (cutAt === 'text') return void this.#socket.destroy();
    const at = this.#text.indexOf('\r\n.\r\n');
    if (at < 0) return;
    this.#taken(this.#text.slice(0, at));
    this.#text = '';
    this.#isText = false;
    if (cutAt === 'dot') return void this.#socket.destroy();
    await beforeEnd?.();
    if (muteAt !== 'dot') say(this.#socket, end);
  }

  async #commands(): Promise<void> {
    for (let at = this.#text.indexOf('\r\n'); at >= 0 && !this.#isText;) {
      const line = this.#text.slice(0, at);
      this.#text = this.#text.slice(at + 2);
      await this.#answer(line.slice(0, 4).toUpperCase());
      at = this.#text.indexOf('\r\n');
    }
  }

  async #answer(verb: string): Promise<void> {
    const { ehlo = '250 mail.example', sender = '250 ok', recipient = '250 ok' } = this.#script;
    const replies: Record<string, string> = { EHLO: ehlo, MAIL: sender, RCPT: recipient };
    if (verb === 'QUIT') this.#socket.end('221 bye\r\n');
    else if (verb === 'DATA') await this.#askForText();
    else say(this.#socket, replies[verb] ?? '250 ok');
  }

  async #askForText(): Promise<void> {
    const { cutAt, beforeText, data = '354 go on' } = this.#script;
    if (cutAt === 'DATA') return void this.#socket.destroy();
    await beforeText?.();
    say(this.#socket, data);
    this.#isText = !data.startsWith('4');
    return undefined;
  }
}

/** A server on this machine that does what its script says; the script may change from one connection to the next. */
export const scriptedSmtp = async (script: Script | (() => Script) = {}) => {
  const mails: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const now = typeof script === 'function' ? script() : script;
    // A caller that goes away ends the conversation.
    new Conversation(socket, now, (mail) => void mails.push(mail)).begin().catch(() => undefined);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    /** Texts that came whole, whatever was answered. */
    mails,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
};
