using System.Text;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>Changes bytes at random, the same for the same seed (xorshift64*).</summary>
internal sealed class Mutator(ulong seed)
{
    // Heads of CBOR with lengths of all sizes, indefinite ones, and the edges of numbers.
    private static readonly byte[] Heads = [0x00, 0x17, 0x18, 0x1B, 0x3B, 0x5B, 0x5F, 0x7B, 0x7F, 0x80, 0x9B, 0x9F, 0xA0, 0xBB, 0xBF, 0xC0, 0xD8, 0xF4, 0xF6, 0xF7, 0xF9, 0xFB, 0xFF];

    private static readonly byte[][] Tokens = [.. new[]
    {
        "null", "true", "1e999", "-1", "[]", "{}", "\"\"", "\"\\ud800\"", "\"\\u0000\"", ",", ":", "\"", "\\", "=", "\"id\":\"AA\",", "\"type\":\"public-key\",", "\"Response\":{},",
        "\"userHandle\":\"\",", "\"appid\":true", "\"x\":[[[[[[[[[[[[1]]]]]]]]]]]],", "\"origin\":\"https://example.com\",", "\ufeff", "\"clientExtensionResults\":{},",
    }.Select(Encoding.UTF8.GetBytes)];

    private ulong _state = seed == 0 ? 1 : seed;

    public int Next(int limit)
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)((_state * 0x2545F4914F6CDD1DUL >> 33) % (ulong)limit);
    }

    public byte[] Mutate(byte[] bytes)
    {
        for (var changes = 1 + Next(3); changes > 0; changes--) bytes = ChangeOnce(bytes);
        return bytes;
    }

    public byte[] MutateJson(byte[] json)
    {
        for (var changes = 1 + Next(3); changes > 0; changes--)
        {
            json = Next(3) == 0 ? ChangeOnce(json) : Insert(json, Tokens[Next(Tokens.Length)]);
        }

        return json;
    }

    private byte[] ChangeOnce(byte[] bytes)
    {
        if (bytes.Length == 0) return [Heads[Next(Heads.Length)]];

        var at = Next(bytes.Length);
        var length = 1 + Next(Math.Min(16, bytes.Length - at));
        switch (Next(7))
        {
            case 0: return bytes[..at];
            case 1: return [.. bytes[..at], .. bytes[(at + length)..]];
            case 2: return Insert(bytes, bytes[at..(at + length)]);
            case 3: return Insert(bytes, [Heads[Next(Heads.Length)]]);
            case 4: return Insert(bytes, [.. Enumerable.Repeat(Heads[Next(Heads.Length)], 1 + Next(64))]);
            case 5: return Replace(bytes, at, Heads[Next(Heads.Length)]);
            default: return Replace(bytes, at, (byte)(bytes[at] ^ (1 << Next(8))));
        }
    }

    private byte[] Insert(byte[] bytes, byte[] more)
    {
        var at = Next(bytes.Length + 1);
        return [.. bytes[..at], .. more, .. bytes[at..]];
    }

    private static byte[] Replace(byte[] bytes, int at, byte value)
    {
        var copy = bytes.ToArray();
        copy[at] = value;
        return copy;
    }
}
