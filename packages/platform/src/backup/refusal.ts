/** Why a backup or a restore was not made: one sentence for the operator, printed alone. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** An error of the file system as a sentence that names the path; anything else passes through. */
export const fileRefusal = (error: unknown, path: string): unknown => {
  const code = codeOf(error);
  const sentences: Readonly<Record<string, string>> = {
    ENOSPC: `No disk space is left for ${path}: free some, or write to another disk. Nothing was left behind.`,
    EDQUOT: `No disk space is left for ${path}: free some, or write to another disk. Nothing was left behind.`,
    EACCES: `This user may not use ${path}: change its owner, or name another folder.`,
    EPERM: `This user may not use ${path}: change its owner, or name another folder.`,
    EROFS: `${path} lies on a read-only disk: name another folder.`,
    ENOTDIR: `${path} cannot be used, a file is in the way of a folder: name another folder.`,
  };
  const sentence = sentences[code];
  return sentence === undefined ? error : new BackupRefused(sentence, { cause: error });
};
