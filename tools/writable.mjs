// Tact installs and builds inside its clone: where that cannot be, one sentence says so before anything is half done.
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { Stop } from './child.mjs';

/** The error code when the folder, or the nearest one above it that exists, cannot be written. */
function refusalOn(folder) {
  if (!existsSync(folder))
    return dirname(folder) === folder ? 'ENOENT' : refusalOn(dirname(folder));
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return error.code;
  }
}

function userName() {
  try {
    return userInfo().username;
  } catch {
    // A user id without an account, as containers have them.
    return String(process.getuid?.() ?? 'this user');
  }
}

/** Throws `Stop` when one of the clone's folders that exist cannot be written. */
export function requireWritableClone(root, folders) {
  const [folder, code] =
    ['.', ...folders]
      .map((name) => join(root, name))
      .filter((path) => existsSync(path))
      .map((path) => [path, refusalOn(path)])
      .find(([, refusal]) => refusal !== undefined) ?? [];
  if (folder === undefined) return;
  const user = userName();
  throw new Stop(
    code === 'EROFS'
      ? `${folder} lies on a read-only disk, and Tact installs and builds inside its clone: clone it to a folder that can be written.`
      : `The user ${user} may not write ${folder}, and Tact installs and builds inside its clone: clone it to a folder of your own, or give this one to you (sudo chown -R ${user} ${root}).`,
  );
}

/** Throws `Stop` when npm could not keep what it fetches. */
export function requireWritableNpmCache(env) {
  const cache = env.npm_config_cache || join(homedir(), '.npm');
  const parts = [cache, ...['_cacache', '_npx'].map((part) => join(cache, part))];
  const folder = parts.find((part, index) => (index === 0 || existsSync(part)) && refusalOn(part));
  if (folder === undefined) return;
  throw new Stop(
    `The user ${userName()} may not write ${folder}, where npm keeps what it fetches: give it to that user (sudo chown -R), or set npm_config_cache to a folder that can be written.`,
  );
}
