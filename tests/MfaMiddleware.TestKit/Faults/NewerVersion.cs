using System.Buffers.Binary;
using System.Text;
using MfaMiddleware.PendingSessions;
using Microsoft.AspNetCore.DataProtection;

namespace MfaMiddleware.TestKit.Faults;

/// <summary>How the records of the next version differ from this one's.</summary>
public enum Newer
{
    /// <summary>They say more, where a node that doesn't know it yet can pass over it.</summary>
    Fields,

    /// <summary>They are in another layout, with another version number.</summary>
    Layout,
}

/// <summary>
/// The Data Protection of a node of the next version: what it protects is changed to that version's layout before, and back after it was opened, so that the node
/// works with its own records, and a node without it finds newer ones.
/// </summary>
/// <param name="keys">The keys that both versions share.</param>
/// <param name="newer">What is new.</param>
public sealed class NewerVersion(IDataProtectionProvider keys, Newer newer) : IDataProtectionProvider
{
    public IDataProtector CreateProtector(string purpose) => new Protector(keys.CreateProtector(purpose), [purpose], newer);

    private sealed class Protector(IDataProtector inner, IReadOnlyList<string> purposes, Newer newer) : IDataProtector
    {
        private const byte Next = 0x80;

        public IDataProtector CreateProtector(string purpose) => new Protector(inner.CreateProtector(purpose), [.. purposes, purpose], newer);

        public byte[] Protect(byte[] plaintext) => inner.Protect(newer is Newer.Layout ? Relabel(plaintext, isNext: true) : WithMore(plaintext));

        // What nodes of the present version wrote it reads as it is.
        public byte[] Unprotect(byte[] protectedData)
        {
            var clear = inner.Unprotect(protectedData);
            return newer is Newer.Layout && clear is [>= Next, ..] ? Relabel(clear, isNext: false) : clear;
        }

        /// <summary>Only what begins with the number of its layout.</summary>
        private byte[] Relabel(byte[] clear, bool isNext)
        {
            var hasNumber = (purposes[0], purposes[^1]) is ("MfaMiddleware.Factor" or "MfaMiddleware.History", _) or ("MfaMiddleware.PendingSession", "payload");
            if (!hasNumber || clear.Length == 0) return clear;
            byte[] changed = [.. clear];
            changed[0] = (byte)(isNext ? changed[0] | Next : changed[0] & ~Next);
            return changed;
        }

        private byte[] WithMore(byte[] clear) => (purposes[0], purposes[^1]) switch
        {
            ("MfaMiddleware.PendingSession", "payload") => PackedBytes.Pack([.. PackedBytes.Unpack(clear)!, 1, 2, 3]),
            ("MfaMiddleware.PendingSession", "state") => WithMember(clear),
            ("MfaMiddleware.Stamp", _) => WithMember(clear),
            ("MfaMiddleware.History", _) => WithMemberInside(clear),
            _ => clear,
        };

        private static byte[] WithMember(ReadOnlySpan<byte> json) =>
            Encoding.UTF8.GetBytes("{\"next_version\":{\"says\":[1,\"more\"]}" + (json.Length > 2 ? "," : "") + Encoding.UTF8.GetString(json[1..]));

        /// <summary>A history: its form, the length of the JSON, the JSON, and more.</summary>
        private static byte[] WithMemberInside(byte[] clear)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(clear.AsSpan(1));
            var json = WithMember(clear.AsSpan(5, length));
            var header = new byte[] { clear[0], 0, 0, 0, 0 };
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(1), json.Length);
            return [.. header, .. json, .. clear[(5 + length)..]];
        }
    }
}
