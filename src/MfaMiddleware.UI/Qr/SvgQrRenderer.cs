using System.Globalization;
using System.Text;
using QRCoder;

namespace MfaMiddleware.UI.Qr;

/// <summary>Draws a QR code as one path, dark on white in every colour scheme: scanners don't read an inverted one.</summary>
internal sealed class SvgQrRenderer : IQrRenderer
{
    public string RenderSvg(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.L);
        // The matrix has the quiet zone of four modules already.
        var rows = code.ModuleMatrix;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {rows.Count} {rows.Count}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{rows.Count}v{rows.Count}H0z"/><path fill="#000" d="{PathOf(rows)}"/></svg>""");
    }

    private static string PathOf(List<System.Collections.BitArray> rows)
    {
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Count; x++)
            {
                var start = x;
                while (x < rows[y].Count && rows[y][x]) x++;
                if (x > start) path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1h-{x - start}z");
            }
        }

        return path.ToString();
    }
}
