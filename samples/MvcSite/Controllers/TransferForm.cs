using System.ComponentModel.DataAnnotations;

namespace MvcSite.Controllers;

public sealed class TransferForm
{
    [Required]
    [StringLength(64)]
    public string To { get; set; } = "";

    [Range(1, 1000)]
    public decimal Amount { get; set; } = 10;
}
