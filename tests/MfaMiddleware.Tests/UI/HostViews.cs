using MfaMiddleware.UI;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Razor.Hosting;

namespace MfaMiddleware.Tests.UI;

/// <summary>Views of a host, as the Razor compiler leaves them in its assembly.</summary>
internal sealed class HostViews(params (string Path, Type View)[] views) : ApplicationPart, IRazorCompiledItemProvider
{
    public override string Name => "Host";

    public IEnumerable<RazorCompiledItem> CompiledItems => views.Select(v => new Item(v.Path, v.View));

    private sealed class Item(string path, Type view) : RazorCompiledItem
    {
        public override string Identifier => path;

        public override string Kind => "mvc.1.0.view";

        public override IReadOnlyList<object> Metadata => [];

        public override Type Type => view;
    }
}

internal sealed class OwnProblemView : RazorPage<MfaProblemModel>
{
    public override Task ExecuteAsync()
    {
        WriteLiteral("<h1>Our own words for ");
        Write(Model.Code);
        WriteLiteral("</h1>");
        return Task.CompletedTask;
    }
}

internal sealed class OwnLayoutView : RazorPage<object>
{
    public override Task ExecuteAsync()
    {
        WriteLiteral("<!DOCTYPE html><html><body><div id=\"site\">");
        Write(RenderBody());
        WriteLiteral("</div></body></html>");
        return Task.CompletedTask;
    }
}
