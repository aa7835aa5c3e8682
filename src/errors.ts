/**
 * The one class of error whose message is meant for the person using Verbatim: one sentence that says what
 * is wrong and what to do about it. Whatever caused it stays in `cause`, for the log. Any other error that
 * reaches the edge is a defect of ours.
 */
export class VerbatimError extends Error {
  override readonly name: string = 'VerbatimError';
}

/** A call with the wrong arguments: exit code 2 instead of 1. */
export class UsageError extends VerbatimError {}

/** The short reason of any thrown value, for use inside a sentence. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) {
    const code = (error as NodeJS.ErrnoException).code;
    switch (code) {
      case 'ENOENT':
        return 'it does not exist';
      case 'EACCES':
      case 'EPERM':
        return 'permission is denied';
      case 'ENOSPC':
        return 'the disk is full';
      case 'EROFS':
        return 'the file system is read-only';
      case 'ENOTDIR':
        return 'it is not a folder';
      case 'EISDIR':
        return 'it is a folder';
      case 'ELOOP':
        return 'it is a link that leads to itself';
      default:
        return error.message;
    }
  }
  return String(error);
}
