import type { Command } from 'commander';
import type { Home } from '../../home/home.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { listUncertainMails, type SettleFlags, settleMail } from './uncertain-mails.ts';
import { testMail } from './test-mail.ts';

/** `tact mail ...`: whether the platform's mails arrive. */
export const addMail = (tact: Command, parts: () => { home: Home; terminal: Terminal }): void => {
  const mail = tact.command('mail').description('mails of the platform');
  mail
    .command('test')
    .description('send a mail that says nothing but that mails arrive')
    .argument('<address>', 'who gets it')
    .option('--language <language>', 'en or fr', 'en')
    .action((to: string, { language }: { language: string }) =>
      testMail({ to, language }, parts()),
    );
  mail
    .command('uncertain')
    .description('mails that were handed over without an answer: nobody knows whether they arrived')
    .action(() => listUncertainMails(parts()));
  mail
    .command('settle')
    .description('say what became of such a mail')
    .argument('<mailId>', 'as tact mail uncertain shows it')
    .option('--arrived', 'it arrived', false)
    .option('--again', 'it did not: send it again, if it may still leave', false)
    .action((mailId: string, flags: SettleFlags) => settleMail(mailId, flags, parts()));
};
