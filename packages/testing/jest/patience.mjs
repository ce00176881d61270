import { jest } from '@jest/globals';

/** Tests on real servers wait for disks: a limit ends what hangs, and says nothing of what is slow on a busy machine. */
jest.setTimeout(60_000);
