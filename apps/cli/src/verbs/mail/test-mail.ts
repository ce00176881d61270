import { MailTest, MailTestRequest } from '@tact/contracts';
import type { Home } from '../../home/home.ts';
import { Refusal } from '../../terminal/refusal.ts';
import { readRunFile } from '../../home/run-file.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { upstreamsOf } from '../upstreams.ts';

/** Where the sink shows it; undefined where a server of the operator's own has it. */
const pageOf = (home: Home): string | undefined => {
  const run = readRunFile(home);
  return run?.mail === undefined ? undefined : `${run.origin}/dev/mail`;
};

const sentence = ({ outcome, why, replyCode }: MailTest): string => {
  const reason = [why, replyCode].filter((one) => one !== undefined).join(', SMTP ');
  switch (outcome) {
    case 'sent':
      return 'The mail server has the mail.';
    case 'refused':
      return `The mail server refused it for good (${reason}): mend that setting or address.`;
    case 'deferred':
      return `The mail server does not take it now (${reason}): look at SMTP_URL, then try again.`;
    case 'unknown':
      return 'The connection was lost after the text: look whether it arrived before you send another.';
  }
};

/** `tact mail test <address>`. Throws `Refusal` unless the server said that it has the mail. */
export const testMail = async (
  options: { readonly to: string; readonly language: string },
  { home, terminal }: { home: Home; terminal: Terminal },
): Promise<void> => {
  const request = MailTestRequest.safeParse(options).data;
  if (request === undefined) {
    throw new Refusal('Give one address, like you@example.org, and --language en or fr.');
  }
  const [first] = upstreamsOf(home);
  if (first === undefined) throw new Refusal('No service answers now: tact status shows why.');
  const reported = MailTest.parse(await first.api.ask('/v1/operations/mail/tests', request));
  if (reported.outcome !== 'sent') throw new Refusal(sentence(reported));
  terminal.line(sentence(reported));
  const page = pageOf(home);
  if (page !== undefined) terminal.line(`It is delivered to nobody: ${page} shows it.`);
};
