import { expect, test } from '@jest/globals';
import { DevMail, DevMailList } from '@tact/contracts';
import { Mailbox } from './mailbox.ts';

const mail = (subject: string, bytes = 10) => ({
  from: 'tact@example.com',
  to: ['someone@example.org'],
  subject,
  bytes,
  headers: [],
  attachments: [],
});
const limits = { mailsMax: 3, bytesMax: 100, ageMsMax: 1_000 };
const subjects = (mailbox: Mailbox) => mailbox.list().map(({ subject }) => subject);

test('the latest stands first, and the oldest makes room', () => {
  const mailbox = new Mailbox(limits, () => 0);
  for (const subject of ['a', 'b', 'c', 'd']) mailbox.add(mail(subject));
  expect([subjects(mailbox), mailbox.dropped]).toEqual([['d', 'c', 'b'], 1]);
  expect(mailbox.find('1')).toBeUndefined();
  expect(DevMail.parse(mailbox.find('4')).subject).toBe('d');
  DevMailList.parse({ items: mailbox.list(), dropped: mailbox.dropped });
});

test('bytes are counted, and one that is larger than all of it is not kept', () => {
  const mailbox = new Mailbox(limits, () => 0);
  mailbox.add(mail('a', 60));
  mailbox.add(mail('b', 60));
  expect(subjects(mailbox)).toEqual(['b']);
  mailbox.add(mail('c', 101));
  expect([subjects(mailbox), mailbox.dropped]).toEqual([[], 3]);
});

test('nothing stays for longer than its age', () => {
  let now = 0;
  const mailbox = new Mailbox(limits, () => now);
  mailbox.add(mail('a'));
  now = 1_000;
  expect(subjects(mailbox)).toEqual(['a']);
  now = 1_001;
  expect([subjects(mailbox), mailbox.find('1')]).toEqual([[], undefined]);
});
