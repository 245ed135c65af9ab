import { isFields } from '../audit.ts';
import { clusterOf, type Opener, openedList, unreadable } from './envelope.ts';
import { millisOf } from './time.ts';

const CLUSTER = /^\/aws\/eks\/([^/]+)\/cluster$/;

/**
 * What a CloudWatch Logs subscription sends: the events of one log stream, each the text of an EKS audit event. A
 * CONTROL_MESSAGE, by which AWS tries whether the destination answers, holds none and is nothing. Source: AWS, "Real-time
 * processing of log data with subscriptions".
 */
export const openCloudWatch: Opener = ({ logEvents, logGroup, logStream, messageType }) => {
  if (!Array.isArray(logEvents) || typeof logGroup !== 'string') return undefined;
  if (messageType === 'CONTROL_MESSAGE') return { kind: 'cloudwatch', inner: [] };
  const cluster = clusterOf(CLUSTER.exec(logGroup)?.[1]);
  return openedList('cloudwatch', 'logEvents', logEvents, event => {
    if (!isFields(event) || event['message'] === undefined) return { fault: 'a log event without a message' };
    const { id, message, timestamp } = event;
    const position = typeof id === 'string' ? JSON.stringify([logGroup, logStream, id]) : undefined;
    return { content: message, time: millisOf(timestamp), cluster, position };
  });
};

/** The same as a Lambda function gets it: packed with gzip, in Base64. */
export const openAwsLogs: Opener = ({ awslogs }) => {
  if (!isFields(awslogs)) return undefined;
  const { data } = awslogs;
  if (typeof data !== 'string') return unreadable('cloudwatch', 'awslogs.data is no text');
  return { kind: 'cloudwatch', inner: [{ content: data }] };
};
