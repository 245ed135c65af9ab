import { isFields } from '../audit.ts';
import type { Line } from './reading.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.,]*(?:Z|[+-]\d\d:?\d\d)$/;
const LEVEL = /^(?:debug|info|warn|error|dpanic|panic|fatal)$/i;
const CALLER = /^[^\s:]+\.go:\d+$/;

/**
 * A line of etcd's log in zap's console format (`--log-format console`): time, level, perhaps the logger's name, caller,
 * message, and its fields as JSON, parted by tabs. Undefined for other text. Source: go.uber.org/zap,
 * zapcore/console_encoder.go.
 */
export function consoleLine(text: string): Line | undefined {
  const newline = text.indexOf('\n');
  // After it stands the stack of an error.
  const line = newline < 0 ? text : text.slice(0, newline).trimEnd();
  const [ts = '', level = ''] = line.split('\t', 2);
  if (!TIME.test(ts) || !LEVEL.test(level)) return undefined;
  const { message, fields } = cut(line.slice(ts.length + level.length + 2));
  return { ...fields, ts, level: level.toLowerCase(), msg: withoutOrigin(message) };
}

/** JSON escapes tabs, so the last one that an object follows parts the fields from the message. */
function cut(rest: string): { readonly message: string; readonly fields: Line } {
  const tab = rest.lastIndexOf('\t{');
  if (tab < 0) return { message: rest, fields: {} };
  try {
    const fields: unknown = JSON.parse(rest.slice(tab + 1));
    return isFields(fields) ? { message: rest.slice(0, tab), fields } : { message: rest, fields: {} };
  } catch {
    return { message: rest, fields: {} };
  }
}

/** What is left of the message without caller and logger before it. */
function withoutOrigin(message: string): string {
  const [first = '', second = '', ...others] = message.split('\t');
  if (CALLER.test(first)) return [second, ...others].join('\t');
  return CALLER.test(second) ? others.join('\t') : message;
}
