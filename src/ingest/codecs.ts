import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import { compressSync, uncompressSync } from 'snappy';

const { CompressionCodecs, CompressionTypes } = kafkajs;

type Encoded = { readonly buffer: Buffer };

/** Teaches kafkajs, which brings gzip alone, the other compressions of Kafka. For the whole process; may be called again. */
export function installCodecs(): void {
  install(CompressionTypes.ZSTD, zstdCompressSync, zstdDecompressSync);
  install(CompressionTypes.LZ4, data => compressFrameSync(data), decompressFrameSync);
  install(CompressionTypes.Snappy, data => compressSync(data), unsnapped);
}

function install(type: 2 | 3 | 4, compress: (data: Buffer) => Buffer, decompress: (data: Buffer) => Buffer): void {
  CompressionCodecs[type] = () => ({
    compress: async ({ buffer }: Encoded) => compress(buffer),
    decompress: async (buffer: Buffer) => decompress(buffer),
  });
}

/** Header of the stream format of xerial's snappy-java, which the Java clients and brokers write: magic, version, compatible version. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;
const LENGTH_BYTES = 4;

function unsnapped(data: Buffer): Buffer {
  if (!data.subarray(0, XERIAL.length).equals(XERIAL)) return block(data);
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER_BYTES; at < data.length; ) {
    const length = data.readUInt32BE(at);
    const start = at + LENGTH_BYTES;
    at = start + length;
    blocks.push(block(data.subarray(start, at)));
  }
  return Buffer.concat(blocks);
}

const block = (data: Buffer): Buffer => Buffer.from(uncompressSync(data));
