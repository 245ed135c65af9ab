import { type Opened, unreadable } from './envelope.ts';
import { millisOf } from './time.ts';

const LINE = /^(\d{4}-\d\d-\d\dT\S{1,40}) (?:stdout|stderr) ([FP])(?::\S*)? (.*)$/s;

/**
 * A line of a container's log as containerd and CRI-O write it: time, stream, whether it is full or partial, text.
 * Source: Kubernetes, CRI logging design and pkg/kubelet/kuberuntime/logs. Undefined for other text.
 */
export function openCri(text: string): Opened | undefined {
  const [, time, tag, content] = LINE.exec(text) ?? [];
  if (content === undefined) return undefined;
  if (tag === 'P') return unreadable('cri', PARTIAL);
  return { kind: 'cri', inner: [{ content, time: millisOf(time) }] };
}

const PARTIAL = 'a part of a line that the runtime has cut; let the shipper join the parts (multiline cri)';
