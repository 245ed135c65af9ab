import type { LogRecord, Origin } from '../model/record.ts';
import type { Sink } from './normalize.ts';
import type { Settings } from './settings.ts';
export function etcdEvent(_v: object, _r: LogRecord, _o: Origin, _s: Settings, _k: Sink): string | undefined {
  return 'stub';
}
