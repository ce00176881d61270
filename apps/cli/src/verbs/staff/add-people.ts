import type { Command } from 'commander';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';
import { addStaff, type AddStaffOptions } from './add-staff.ts';
import { consoleLogin } from './console-login.ts';
import { dismissStaff } from './dismiss-staff.ts';
import { eraseStaff } from './erase-staff.ts';
import { listStaff } from './list-staff.ts';

/** `tact staff ...` and `tact console-login`: the people who act, and how they come in. */
export const addPeople = (
  tact: Command,
  running: () => { api: TactClient; terminal: Terminal },
): void => {
  const staff = tact.command('staff').description('the people who act for the tenant');
  staff
    .command('add')
    .description('add somebody, in one role or more')
    .requiredOption('--name <name>', 'the name that colleagues know')
    .requiredOption('--email <address>', 'theirs alone')
    .requiredOption('--roles <roles>', 'agent, crm-ops, compliance, admin, separated by commas')
    .option('--language <language>', 'en or fr', 'en')
    .action((options: AddStaffOptions) => addStaff(options, running()));
  staff
    .command('list')
    .description('everybody who works or worked here')
    .action(() => listStaff(running()));
  staff
    .command('dismiss')
    .description('end what somebody may do, at once; what they did stays')
    .argument('<staffId>')
    .option('--force', 'also the last administrator', false)
    .action((staffId: string, { force }: { force: boolean }) =>
      dismissStaff({ staffId, force }, running()),
    );
  staff
    .command('erase')
    .description('take name and address of whoever was dismissed away, for good')
    .argument('<staffId>')
    .action((staffId: string) => eraseStaff(staffId, running()));
  tact
    .command('console-login')
    .description('print a link that signs in once, in a role')
    .option('--role <role>', 'agent, crm-ops, compliance or admin', 'agent')
    .action((options: { role: string }) => consoleLogin(options, running()));
};
