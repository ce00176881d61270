import type { Command } from 'commander';
import type { Home } from '../../home/home.ts';
import { Refusal } from '../../terminal/refusal.ts';
import { printable, type Terminal } from '../../terminal/terminal.ts';
import { NotVerified } from './jws.ts';
import { keysOf } from './keys-of.ts';
import { verifyAudit, type VerifyAuditFlags } from './verify-audit.ts';
import { linesOfVerified, textOf } from './verify-jws.ts';

/** `tact verify-jws` and `tact verify-audit`: whether what the platform signed is as it was signed. */
export const addVerify = (tact: Command, parts: () => { home: Home; terminal: Terminal }): void => {
  tact
    .command('verify-jws')
    .description('check a signature of the platform, e.g. a receipt')
    .argument('<file>', 'the signed text, - for standard input')
    .option('--jwks <list>', 'file or address of the public keys (default: of what runs here)')
    .action(async (file: string, { jwks }: { jwks?: string }) => {
      const { home, terminal } = parts();
      try {
        const lines = linesOfVerified(textOf(file), await keysOf(jwks, home));
        for (const line of lines) terminal.line(printable(line));
      } catch (error) {
        if (error instanceof NotVerified) throw new Refusal(error.message, { cause: error });
        throw error;
      }
    });
  tact
    .command('verify-audit')
    .description('check that no entry of the audit was changed, removed, moved or cut off')
    .argument('[file]', 'an export, - for standard input (default: of what runs here)')
    .option('--jwks <list>', 'file or address of the public keys (default: of what runs here)')
    .option('--earlier <file>', 'an earlier export, which this one must continue')
    .action((file: string | undefined, flags: VerifyAuditFlags) =>
      verifyAudit({ ...flags, file }, parts()),
    );
};
